import { describe, expect, it } from "vitest";
import { missingRights, missingText } from "../src/rights";
import { token } from "../../shared/test/tokens";

const roles = [
  { name: "manager", scopes: ["write:orders", "delete:orders"] },
  { name: "clerk", scopes: ["write:orders"] },
];
const scope = "openid profile email read:orders write:orders delete:orders";

describe("missingRights", () => {
  it.each([
    { name: "all granted", granted: `${scope} offline_access`, missing: [] },
    {
      name: "one of one role",
      granted: "openid read:orders write:orders",
      missing: [{ scope: "delete:orders", roles: ["manager"] }],
    },
    {
      name: "one of two roles",
      granted: "openid read:orders delete:orders",
      missing: [{ scope: "write:orders", roles: ["manager", "clerk"] }],
    },
    {
      name: "one that is everyone's",
      granted: "write:orders delete:orders",
      missing: [{ scope: "read:orders", roles: [] }],
    },
    {
      name: "one of which another is the beginning",
      granted: "read:orders write:orders delete:orders2",
      missing: [{ scope: "delete:orders", roles: ["manager"] }],
    },
  ])("finds $name", ({ granted, missing }) => {
    expect(missingRights({ scope, roles }, token({ scope: granted }))).toEqual(missing);
  });

  it("finds all missing without a scope claim", () => {
    expect(missingRights({ scope, roles }, token({})).map((right) => right.scope)).toEqual([
      "read:orders",
      "write:orders",
      "delete:orders",
    ]);
  });

  it("knows nothing without roles, or of a token that cannot be read", () => {
    expect(missingRights({ scope, roles: [] }, token({ scope: "openid" }))).toEqual([]);
    expect(missingRights({ scope, roles }, "opaque")).toEqual([]);
  });
});

describe("missingText", () => {
  it.each([
    { roles: ["manager"], want: "The role manager gives it" },
    { roles: ["manager", "clerk"], want: "Each of the roles manager, clerk gives it" },
    { roles: [], want: "which everyone should have" },
  ])("names $roles", ({ roles, want }) => {
    expect(missingText([{ scope: "write:orders", roles }])).toContain(want);
  });
});
