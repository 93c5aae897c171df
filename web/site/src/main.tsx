import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app";
import { sender } from "./http";
import { Boundary } from "../../shared/parts/boundary";
import "./style/index.css";

// Starts loading before the first paint, which does not need it.
const auth0 = import("./auth0");
// App reports a failure; this prevents an unhandled rejection if it fails before App subscribes.
auth0.catch(() => undefined);

const send = sender(
  (...request) => fetch(...request),
  () => performance.now(),
);

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no element with the id root");
createRoot(root).render(
  <StrictMode>
    <Boundary>
      <App send={send} loadAuth0={() => auth0} />
    </Boundary>
  </StrictMode>,
);
