import { useState } from "react";
import type { Bucket, ObjectDetail, ObjectEntry, ObjectPage } from "../data-model";
import { ConfirmButton } from "../parts/confirm-button";
import { ResourceHead } from "../parts/resource-head";
import { ResourceUses } from "../parts/resource-uses";
import { TextBlock } from "../parts/text-block";
import { countText, dateText, sizeText } from "../resources";
import { useContent } from "../use-data";
import type { ResourceProps } from "./data-props";

/** A bucket: its objects by prefix, each with its metadata and text. */
export function DataBucket({ bucket, perform, token, version }: ResourceProps & { bucket: Bucket }) {
  const [prefix, setPrefix] = useState("");
  const [after, setAfter] = useState("");
  const [open, setOpen] = useState<ObjectEntry>();
  const state = `${version} ${bucket.objects} ${bucket.bytes}`;
  const question = { bucket: bucket.name, prefix, after };
  const page = useContent<ObjectPage>("/api/data/objects", token, question, state);
  const show = (next: string) => {
    setPrefix(next);
    setAfter("");
    setOpen(undefined);
  };
  const remove = (key: string) => {
    setOpen(undefined);
    void perform?.({ do: "delete-object", name: bucket.name, key });
  };
  return (
    <article data-testid="bucket">
      <ResourceHead kind="Bucket" name={bucket.name} physical={bucket.physical}>
        <span>{countText(bucket.objects, "object")}</span>
        <span>{sizeText(bucket.bytes)}</span>
      </ResourceHead>
      <div className="line">
        <label className="field">
          Prefix
          <input
            data-testid="prefix"
            spellCheck={false}
            placeholder="all"
            value={prefix}
            onInput={(event) => show(event.currentTarget.value)}
          />
        </label>
        {prefix !== "" && (
          <button type="button" className="link" onClick={() => show(parentOf(prefix))}>
            Up
          </button>
        )}
      </div>
      {page?.kind === "problem" && <p role="alert">{page.text}</p>}
      {page?.kind === "ok" && (
        <Listing page={page.value} open={open?.key} onFolder={show} onOpen={setOpen} onNext={setAfter} />
      )}
      {open !== undefined && (
        <ObjectView
          key={open.key}
          bucket={bucket.name}
          entry={open}
          token={token}
          version={state}
          onDelete={perform && (() => remove(open.key))}
        />
      )}
      <ResourceUses uses={bucket.uses} latest={bucket.latest} />
    </article>
  );
}

/** The prefix of the folder above. */
function parentOf(prefix: string): string {
  return prefix.slice(0, prefix.replace(/\/$/, "").lastIndexOf("/") + 1);
}

interface ListingProps {
  page: ObjectPage;
  open: string | undefined;
  onFolder: (prefix: string) => void;
  onOpen: (entry: ObjectEntry) => void;
  onNext: (after: string) => void;
}

function Listing({ page: { folders, objects, next }, open, onFolder, onOpen, onNext }: ListingProps) {
  if (folders.length + objects.length === 0) return <p className="muted">No object.</p>;
  return (
    <>
      <ul className="plain objects" data-testid="objects">
        {folders.map(({ prefix, name }) => (
          <li key={prefix}>
            <button type="button" className="link" data-testid="folder" onClick={() => onFolder(prefix)}>
              {name}
            </button>
          </li>
        ))}
        {objects.map((entry) => (
          <li key={entry.key}>
            <button
              type="button"
              className="link"
              data-testid="object"
              aria-expanded={entry.key === open}
              onClick={() => onOpen(entry)}
            >
              {entry.name}
            </button>{" "}
            <span className="muted">
              {sizeText(entry.size)}, {dateText(entry.modified)}
            </span>
          </li>
        ))}
      </ul>
      {next !== "" && (
        <p className="actions">
          <button type="button" className="quiet" onClick={() => onNext(next)}>
            Next page
          </button>
        </p>
      )}
    </>
  );
}

interface ObjectViewProps {
  bucket: string;
  entry: ObjectEntry;
  token: string;
  version: string;
  onDelete: (() => void) | undefined;
}

function ObjectView({ bucket, entry: { key, name }, token, version, onDelete }: ObjectViewProps) {
  const detail = useContent<ObjectDetail>("/api/data/object", token, { bucket, key }, version);
  if (detail === undefined) return <p className="muted">Reading {name}…</p>;
  if (detail.kind === "problem") return <p role="alert">{detail.text}</p>;
  const { facts, text } = detail.value;
  return (
    <section className="node-detail" aria-label={`Object ${name}`} data-testid="object-detail">
      <TextBlock title={name} text={text} testId="object-text" />
      <dl className="claims">
        {facts.map(([fact, value]) => (
          <div key={fact}>
            <dt>
              <code>{fact}</code>
            </dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className="actions">
        <ConfirmButton label="Delete" whose={name} testId="delete-object" onConfirm={onDelete} />
      </p>
    </section>
  );
}
