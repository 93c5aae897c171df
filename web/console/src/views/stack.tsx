// The deployed stack: its picture, each resource's properties, and the differences to another stack.
import { Link } from "../../../shared/router";
import type { Resource, Stack } from "../model";
import { pictureOf, type Node } from "../picture";
import { Differences } from "../parts/differences";
import { LiveState } from "../parts/live-state";
import { StackPicture } from "../parts/stack-picture";
import { TextBlock } from "../parts/text-block";
import { addressWith, useParam } from "../address";
import { kindText } from "../text";
import { useFetched } from "../use-fetched";
import type { ViewProps } from "./view";

export function StackView({ store }: ViewProps) {
  const { value: stack, problem } = useFetched<Stack>("/api/stack", store.deployed);
  const [chosen, setChosen] = useParam("resource");
  if (stack === undefined) return <p className="nothing muted">{problem ?? "Reading the stack…"}</p>;
  const resources = stack.resources ?? [];
  const picture = pictureOf(resources);
  const node = picture.nodes.find(({ resource, members }) => [resource, ...members].some(({ urn }) => urn === chosen));
  return (
    <section className="whole stack" aria-labelledby="stack">
      <h1 id="stack">Stack {stack.name}</h1>
      {store.live.state !== "" && <LiveState live={store.live} stack={stack.name} />}
      <p className="muted">
        {resources.length} resources. Arrows point to what a resource uses; select a box to see its properties.
      </p>
      <StackPicture picture={picture} chosen={node?.resource.urn} onChoose={setChosen} />
      {node !== undefined && <NodeDetail node={node} chosen={chosen} />}
      {node === undefined && chosen !== "" && (
        <p className="muted" data-testid="resource-gone">
          The stack has no resource {chosen}, which this address names.
        </p>
      )}
      <details data-testid="outputs">
        <summary>Outputs</summary>
        <TextBlock title="Outputs" heading="h2" text={JSON.stringify(stack.outputs)} />
      </details>
      <h2>
        Differences between {stack.name} and {stack.other}
      </h2>
      {stack.problem === "" ? (
        <Differences differences={stack.differences ?? []} here={stack.name} there={stack.other} />
      ) : (
        <p className="why refused" role="alert">
          <strong>{stack.other} cannot be compared</strong> {stack.problem}
        </p>
      )}
    </section>
  );
}

/** The selected resource, and those that are shown as part of it. */
function NodeDetail({ node: { resource, members }, chosen }: { node: Node; chosen: string }) {
  return (
    <section className="node-detail" aria-labelledby="node-detail" data-testid="node-detail">
      <h2 id="node-detail">{`${resource.service} ${kindText(resource.kind)} ${resource.title}`}</h2>
      {[resource, ...members].map((one) => (
        <ResourceDetail key={one.urn} resource={one} open={one.urn === chosen} />
      ))}
    </section>
  );
}

/** One resource, with a link to itself. */
function ResourceDetail({ resource, open }: { resource: Resource; open: boolean }) {
  const name = `${resource.service} ${kindText(resource.kind)} ${resource.name}`;
  return (
    <details className="resource" open={open}>
      <summary>
        <strong>{resource.service}</strong> {kindText(resource.kind)} <code>{resource.name}</code>
      </summary>
      <p>
        <Link href={addressWith("/stack", "", { resource: resource.urn })}>Link to this resource</Link>
      </p>
      <div className="pair">
        <TextBlock title="Inputs" name={`Inputs of ${name}`} text={JSON.stringify(resource.inputs)} />
        <TextBlock title="Outputs" name={`Outputs of ${name}`} text={JSON.stringify(resource.outputs)} />
      </div>
    </details>
  );
}
