/** Headers, collapsed. */
export function HeaderList({ title, headers }: { title: string; headers: [string, string][] }) {
  return (
    <details>
      <summary>
        {title} ({headers.length})
      </summary>
      <dl className="headers">
        {headers.map(([name, value], i) => (
          <div key={i}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
