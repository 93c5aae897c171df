// Compares the page's model with the server's types in wire.ts. The type checker of `npm test` does the work.
import { describe, expectTypeOf, it } from "vitest";
import type { bodyOf } from "../src/call";
import type * as model from "../src/model";
import type { DataAction } from "../src/data-action";
import type * as data from "../src/data-model";
import type { StreamEvent } from "../src/store";
import type { TenantAction } from "../src/tenant-action";
import type * as wire from "./wire";

describe("the model", () => {
  it("has the properties that are sent, with types among theirs", () => {
    check<Agree<model.Request, wire.RequestView>>();
    check<Agree<model.Span, wire.SpanView>>();
    check<Agree<model.Line, wire.LineView>>();
    check<Agree<NonNullable<model.Line["cut"]>, wire.Cut>>();
    check<Agree<model.Detail, wire.DetailView>>();
    check<Agree<model.Api, wire.API>>();
    check<Agree<model.Route, wire.Route>>();
    check<Agree<model.Person, wire.Person>>();
    check<Agree<model.Flaw, wire.Choice>>();
    check<Agree<model.Outcome, wire.Outcome>>();
    check<Agree<model.Stack, wire.Stack>>();
    check<Agree<model.Live, wire.Live>>();
    check<Agree<model.Resource, wire.Resource>>();
    check<Agree<model.Difference, wire.Difference>>();
    check<Agree<model.Tenant, wire.TenantState>>();
    check<Agree<model.Account, wire.Account>>();
    check<Agree<model.Role, wire.Role>>();
    check<Agree<model.Session, wire.Session>>();
    check<Agree<model.Grant, wire.Grant>>();
    check<Agree<model.Token, wire.Token>>();
    check<Agree<model.AWSCall, wire.CallView>>();
    check<Agree<data.Data, wire.DataState>>();
    check<Agree<data.Table, wire.Table>>();
    check<Agree<data.Key, wire.Key>>();
    check<Agree<data.Index, wire.Index>>();
    check<Agree<data.Queue, wire.Queue>>();
    check<Agree<data.Bucket, wire.Bucket>>();
    check<Agree<data.Schedule, wire.Schedule>>();
    check<Agree<data.Secret, wire.SecretSetting>>();
    check<Agree<data.Inert, wire.Inert>>();
    check<Agree<data.Use, wire.Use>>();
    check<Agree<data.Usage, wire.Usage>>();
    check<Agree<data.Consumer, wire.Consumer>>();
    check<Agree<data.ItemPage, wire.ItemPageView>>();
    check<Agree<data.Item, wire.ItemView>>();
    check<Agree<data.Message, wire.Message>>();
    check<Agree<data.ObjectPage, wire.ObjectPage>>();
    check<Agree<data.ObjectEntry, wire.ObjectEntry>>();
    check<Agree<data.ObjectDetail, wire.ObjectDetail>>();
    check<Agree<Omit<Extract<StreamEvent, { kind: "status" }>, "kind">, wire.Status>>();
  });

  it("sends what the server reads", () => {
    check<Agree<ReturnType<typeof bodyOf>, wire.Call>>();
    // `user` is for the page's own message.
    expectTypeOf<Exclude<KeyOfAny<TenantAction>, "user">>().toEqualTypeOf<keyof wire.TenantChange>();
    expectTypeOf<TenantAction>().toExtend<Partial<wire.TenantChange>>();
    expectTypeOf<KeyOfAny<DataAction>>().toEqualTypeOf<keyof wire.DataChange>();
    expectTypeOf<DataAction>().toExtend<Partial<wire.DataChange>>();
    check<Agree<data.ItemQuery, wire.ItemQuery>>();
  });
});

/** True where both have the same properties, and each of the model's types is among the server's; otherwise the names
 *  of the properties that differ. */
type Agree<Model, Wire> = [Different<Model, Wire>] extends [never] ? true : { different: Different<Model, Wire> };

type Different<Model, Wire> =
  | Exclude<keyof Model, keyof Wire>
  | Exclude<keyof Wire, keyof Model>
  | { [Name in keyof Model & keyof Wire]-?: Model[Name] extends Wire[Name] ? never : Name }[keyof Model & keyof Wire];

function check<_ extends true>(): void {}

type KeyOfAny<Union> = Union extends unknown ? keyof Union : never;
