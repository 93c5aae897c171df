import { lineDiff, type DiffLine } from "../line-diff";
import type { Difference } from "../model";

interface DifferencesProps {
  differences: Difference[];
  here: string;
  there: string;
}

/** The differences between two stacks, by resource and line. Names, and generated parts of names, count as equal. */
export function Differences({ differences, here, there }: DifferencesProps) {
  if (differences.length === 0) return <p className="muted">Only their names differ.</p>;
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={`Differences of ${here} and ${there}`}>
      <table className="differences" data-testid="differences">
        <thead>
          <tr>
            <th scope="col">Resource</th>
            <th scope="col">Property</th>
            <th scope="col">
              <span className="diff-here">− {here}</span> <span className="diff-there">+ {there}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {differences.map((difference) => (
            <tr key={`${difference.type} ${difference.name} ${difference.property}`}>
              <th scope="row">
                {difference.name} <span className="muted">{difference.type.split(":").at(-1)}</span>
              </th>
              <td>{difference.property}</td>
              <td>{cell(difference, here, there)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function cell({ property, here, there }: Difference, hereName: string, thereName: string) {
  if (property === "") return `only in ${here === null || here === undefined ? thereName : hereName}`;
  return (
    <pre className="diff">
      {lineDiff(here, there).map((line, i) => (
        <Line key={i} line={line} />
      ))}
    </pre>
  );
}

function Line({ line: { kind, text } }: { line: DiffLine }) {
  if (kind === "here") return <del className="diff-here">{`− ${text}\n`}</del>;
  if (kind === "there") return <ins className="diff-there">{`+ ${text}\n`}</ins>;
  return <span className="muted">{`  ${text}\n`}</span>;
}
