import { useState } from "react";
import type { Person } from "../session";

/** The person's picture, or the initials if there is none or it does not load. Hidden from screen readers: the name is beside it. */
export function Avatar({ person, large = false }: { person: Person; large?: boolean }) {
  const [failed, setFailed] = useState<string>();
  const className = large ? "avatar large" : "avatar";
  if (person.picture === undefined || failed === person.picture) {
    return (
      <span className={className} aria-hidden="true">
        {initials(person.name)}
      </span>
    );
  }
  // Hide from the picture's host on which page it is shown.
  return (
    <img
      className={className}
      src={person.picture}
      alt=""
      referrerPolicy="no-referrer"
      onError={() => setFailed(person.picture)}
    />
  );
}

/** At most two: of the first and the last word, or of the part before the @. */
export function initials(name: string): string {
  const words = name
    .replace(/@.*$/, "")
    .split(/[\s._-]+/)
    .filter((word) => word !== "");
  const picked = words.length > 1 ? [words[0], words.at(-1)] : words;
  return picked.map((word) => Array.from(word ?? "")[0]?.toUpperCase() ?? "").join("") || "?";
}
