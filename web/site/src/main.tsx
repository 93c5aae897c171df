import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app";
import { sender } from "./http";
import { Boundary } from "../../shared/parts/boundary";
import "./style/index.css";

// Begun before the first paint, needed after it.
const auth0 = import("./auth0");
// App says so when it fails; this keeps the browser from reporting it once more, should it fail before App looks.
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
