// The page's address: the path of the view, and in the query what is selected in it, so that each state can be linked.
import { navigate, useSearch } from "../../shared/router";

/** A path with changes to a query; an empty value removes its parameter. */
export function addressWith(path: string, search: string, changes: Record<string, string>): string {
  const params = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === "") params.delete(name);
    else params.set(name, value);
  }
  const query = params.toString();
  return query === "" ? path : `${path}?${query}`;
}

/** Navigates to another address; does nothing if the page is already there. */
export function goTo(address: string, how?: "push" | "replace"): void {
  if (address !== location.pathname + location.search) navigate(address, how);
}

type SetParam = (value: string, how?: "push" | "replace") => void;

/** One parameter of the query, empty if absent. Typed text should replace the history's entry, otherwise Back undoes
 *  single letters. */
export function useParam(name: string): [string, SetParam] {
  const value = new URLSearchParams(useSearch()).get(name) ?? "";
  const set: SetParam = (next, how) => {
    goTo(addressWith(location.pathname, location.search, { [name]: next }), how);
  };
  return [value, set];
}
