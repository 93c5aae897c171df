import type { Difference } from "../model";

interface DifferencesProps {
  differences: Difference[];
  here: string;
  there: string;
}

/** What two stacks have otherwise, by resource. Their names, and parts of names that are made up, count as the same. */
export function Differences({ differences, here, there }: DifferencesProps) {
  if (differences.length === 0) return <p className="muted">Nothing but their names.</p>;
  return (
    <div className="scroll">
      <table className="differences" data-testid="differences">
        <thead>
          <tr>
            <th scope="col">Resource</th>
            <th scope="col">Property</th>
            <th scope="col">{here}</th>
            <th scope="col">{there}</th>
          </tr>
        </thead>
        <tbody>
          {differences.map((difference) => (
            <tr key={`${difference.type} ${difference.name} ${difference.property}`}>
              <th scope="row">
                {difference.name} <span className="muted">{difference.type.split(":").at(-1)}</span>
              </th>
              <td>{difference.property}</td>
              <td>{cell(difference, difference.here)}</td>
              <td>{cell(difference, difference.there)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function cell({ property }: Difference, value: unknown) {
  if (value === null || value === undefined) return <span className="muted">none</span>;
  if (property === "") return "has it";
  return <code>{typeof value === "string" ? value : JSON.stringify(value, null, 1)}</code>;
}
