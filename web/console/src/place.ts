// Where the page is: a view's path, and in the query what is looked at in it, so that each state has an address.
import { navigate, useSearch } from "../../shared/router";

/** A path with a query in which some values are changed; an empty value is left out. */
export function placeWith(path: string, search: string, changes: Record<string, string>): string {
  const params = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === "") params.delete(name);
    else params.set(name, value);
  }
  const query = params.toString();
  return query === "" ? path : `${path}?${query}`;
}

/** Goes somewhere else; where the page is already there, it leaves no entry in the history. */
export function goTo(place: string, how?: "push" | "replace"): void {
  if (place !== location.pathname + location.search) navigate(place, how);
}

type SetParam = (value: string, how?: "push" | "replace") => void;

/** One value of the query; empty: none. What is typed should replace, or Back goes through each letter. */
export function useParam(name: string): [string, SetParam] {
  const value = new URLSearchParams(useSearch()).get(name) ?? "";
  const set: SetParam = (next, how) => {
    goTo(placeWith(location.pathname, location.search, { [name]: next }), how);
  };
  return [value, set];
}
