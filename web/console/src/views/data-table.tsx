import { useRef, useState } from "react";
import type { Item, ItemPage, ItemQuery, Key, Table } from "../data-model";
import { attributesOf, newItemText } from "../item";
import { ConfirmButton } from "../parts/confirm-button";
import { ItemForm } from "../parts/item-form";
import { QueryForm } from "../parts/query-form";
import { ResourceHead } from "../parts/resource-head";
import { ResourceUses } from "../parts/resource-uses";
import { countText, sizeText } from "../resources";
import { prettyText } from "../text";
import { useContent } from "../use-data";
import type { ResourceProps } from "./data-props";

/** A table: its items, by key or all, which can be written and deleted. */
export function DataTable({ table, perform, token, version }: ResourceProps & { table: Table }) {
  const [query, setQuery] = useState<ItemQuery>(() => scanOf(table.name));
  // The start of each page that was seen, for going back.
  const [starts, setStarts] = useState<string[]>([""]);
  const [edited, setEdited] = useState<string>();
  const add = useRef<HTMLButtonElement>(null);
  const question = { ...query, start: starts.at(-1) ?? "" };
  const page = useContent<ItemPage>("/api/data/items", token, question, `${version} ${table.items} ${table.bytes}`);
  const search = (next: ItemQuery) => {
    setQuery(next);
    setStarts([""]);
  };
  return (
    <article data-testid="table">
      <ResourceHead kind="Table" name={table.name} physical={table.physical}>
        <span>key {keyText(table.key)}</span>
        <span data-testid="item-count">{countText(table.items, "item")}</span>
        <span>{sizeText(table.bytes)}</span>
        {table.ttl !== "" && <span>expires by {table.ttl}</span>}
      </ResourceHead>
      <QueryForm table={table} query={query} onQuery={search} />
      <p className="actions">
        <button
          type="button"
          className="quiet"
          ref={add}
          data-testid="new-item"
          disabled={perform === undefined}
          onClick={() => setEdited(newItemText(table.key))}
        >
          Put an item
        </button>
      </p>
      {edited !== undefined && perform !== undefined && (
        <ItemForm
          key={edited}
          table={table}
          text={edited}
          onPut={(text) => perform({ do: "put-item", name: table.name, text })}
          onClose={() => {
            setEdited(undefined);
            add.current?.focus();
          }}
        />
      )}
      {page?.kind === "problem" && (
        <p className="why failed" role="alert" data-testid="items-problem">
          {page.text}
        </p>
      )}
      {page?.kind === "ok" && (
        <Items page={page.value} table={table} perform={perform} onEdit={(text) => setEdited(prettyText(text))} />
      )}
      <Pages
        next={page?.kind === "ok" ? page.value.next : ""}
        isFirst={starts.length === 1}
        onNext={(next) => setStarts([...starts, next])}
        onBack={() => setStarts(starts.slice(0, -1))}
      />
      <ResourceUses uses={table.uses} consumers={table.consumers} latest={table.latest} />
    </article>
  );
}

function scanOf(table: string): ItemQuery {
  return { table, index: "", byKey: false, hash: "", operator: "", range: "", rangeTo: "", backward: false, start: "" };
}

function keyText({ hash, range }: Key): string {
  return range === "" ? hash : `${hash}, ${range}`;
}

interface ItemsProps {
  page: ItemPage;
  table: Table;
  perform: ResourceProps["perform"];
  onEdit: (text: string) => void;
}

function Items({ page: { items, next }, table, perform, onEdit }: ItemsProps) {
  if (items.length === 0)
    return (
      <p className="muted" data-testid="no-items">
        {next === "" ? "No item." : "No item on this page."}
      </p>
    );
  return (
    <ul className="plain records" data-testid="items">
      {items.map((item) => (
        <ItemRow
          key={item.key}
          item={item}
          onEdit={item.editable && perform !== undefined ? () => onEdit(item.text) : undefined}
          onDelete={perform && (() => void perform({ do: "delete-item", name: table.name, key: item.key }))}
        />
      ))}
    </ul>
  );
}

interface ItemRowProps {
  item: Item;
  onEdit: (() => void) | undefined;
  onDelete: (() => void) | undefined;
}

function ItemRow({ item, onEdit, onDelete }: ItemRowProps) {
  const attributes = attributesOf(item.text);
  const name = attributes
    .slice(0, 2)
    .map(([, value]) => value)
    .join(" ");
  return (
    <li className="record" data-testid="item">
      <dl className="attributes">
        {attributes.map(([attribute, value]) => (
          <div key={attribute}>
            <dt>{attribute}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <span className="do">
        <button
          type="button"
          className="quiet"
          data-testid="edit-item"
          aria-label={`Edit ${name}`}
          title={item.editable ? undefined : "Something of it is masked or cut here"}
          disabled={onEdit === undefined}
          onClick={onEdit}
        >
          Edit
        </button>
        <ConfirmButton label="Delete" whose={name} testId="delete-item" onConfirm={onDelete} />
      </span>
    </li>
  );
}

interface PagesProps {
  next: string;
  isFirst: boolean;
  onNext: (next: string) => void;
  onBack: () => void;
}

function Pages({ next, isFirst, onNext, onBack }: PagesProps) {
  if (isFirst && next === "") return null;
  return (
    <p className="actions">
      <button type="button" className="quiet" disabled={isFirst} onClick={onBack}>
        Previous page
      </button>
      <button
        type="button"
        className="quiet"
        data-testid="next-page"
        disabled={next === ""}
        onClick={() => onNext(next)}
      >
        Next page
      </button>
    </p>
  );
}
