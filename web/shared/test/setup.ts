import { cleanup, configure } from "@testing-library/react";
import { options } from "preact";
import { afterEach } from "vitest";

// Generous, for a busy machine. On an idle one the awaited elements appear at once.
configure({ asyncUtilTimeout: 10_000 });

// Effects run without waiting for a frame. Preact limits that wait by a timer, which fails when it fires after jsdom has
// gone, as on a busy machine.
options.requestAnimationFrame = (callback) => void setTimeout(callback);

afterEach(cleanup);
