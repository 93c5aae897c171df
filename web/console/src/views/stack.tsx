// What is deployed: a picture of it, each resource's properties, and how the other stack differs.
import { useEffect, useState } from "react";
import type { Resource, Stack } from "../model";
import { pictureOf, type Node } from "../picture";
import { Differences } from "../parts/differences";
import { StackPicture } from "../parts/stack-picture";
import { TextBlock } from "../parts/text-block";
import { get } from "../server";
import type { ViewProps } from "./view";

export function StackView({ store }: ViewProps) {
  const { stack, problem } = useStack(store.deployed);
  const [chosen, setChosen] = useState<string>();
  if (stack === undefined) return <p className="nothing muted">{problem ?? "Reading the stack…"}</p>;
  const resources = stack.resources ?? [];
  const picture = pictureOf(resources);
  const node = picture.nodes.find(({ resource }) => resource.urn === chosen);
  return (
    <section className="whole stack" aria-labelledby="stack">
      <h1 id="stack">Stack {stack.name}</h1>
      <p className="muted">
        {resources.length} resources. An arrow leads to what is reached; choose a box to see its properties.
      </p>
      <StackPicture picture={picture} chosen={chosen} onChoose={setChosen} />
      {node !== undefined && <NodeDetail node={node} />}
      <details data-testid="outputs">
        <summary>Outputs</summary>
        <TextBlock title="Outputs" text={JSON.stringify(stack.outputs)} />
      </details>
      <h2>
        What {stack.name} and {stack.other} have otherwise
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

function useStack(deployed: number) {
  const [state, setState] = useState<{ stack?: Stack; problem?: string }>({});
  useEffect(() => {
    void get<Stack>("/api/stack").then((result) =>
      setState(result.kind === "ok" ? { stack: result.value } : { problem: result.text }),
    );
  }, [deployed]);
  return state;
}

/** The resource that was chosen, and those that stand with it. */
function NodeDetail({ node: { resource, members } }: { node: Node }) {
  return (
    <section className="node-detail" aria-label={`${resource.kind} ${resource.title}`} data-testid="node-detail">
      <ResourceDetail key={resource.urn} resource={resource} open />
      {members.map((member) => (
        <ResourceDetail key={member.urn} resource={member} open={false} />
      ))}
    </section>
  );
}

function ResourceDetail({ resource, open }: { resource: Resource; open: boolean }) {
  return (
    <details className="resource" open={open}>
      <summary>
        <strong>{resource.service}</strong> {resource.kind} <code>{resource.name}</code>
      </summary>
      <div className="pair">
        <TextBlock title="Inputs" text={JSON.stringify(resource.inputs)} />
        <TextBlock title="Outputs" text={JSON.stringify(resource.outputs)} />
      </div>
    </details>
  );
}
