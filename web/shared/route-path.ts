// The paths of the API's routes, with their variables: {id}, or {proxy+} for several segments.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
const variable = /\{([^{}+]+)(\+?)\}/g;

/** The names of a path's variables, in order. */
export function variablesOf(path: string): string[] {
  return Array.from(path.matchAll(variable), ([, name = ""]) => name);
}

/** Replaces a path's variables by values, encoded so that no value can change the route. A variable for
 *  several segments keeps its slashes. */
export function fillPath(path: string, values: Record<string, string>): string {
  return path.replace(variable, (_, name: string, several: string) => {
    const encoded = encodeURIComponent(values[name] ?? "");
    return several === "" ? encoded : encoded.replaceAll("%2F", "/");
  });
}
