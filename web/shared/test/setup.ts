import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";

// Long enough for a machine that is busy with other tests; what is waited for is there at once otherwise.
configure({ asyncUtilTimeout: 10_000 });

afterEach(cleanup);
