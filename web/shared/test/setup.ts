import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";

// Generous, for a busy machine. On an idle one the awaited elements appear at once.
configure({ asyncUtilTimeout: 10_000 });

afterEach(cleanup);
