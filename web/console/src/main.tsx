import { createRoot } from "react-dom/client";
import { Boundary } from "../../shared/parts/boundary";
import { App } from "./app";
import "../style/index.css";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no element with the id root");
createRoot(root).render(
  <Boundary>
    <App />
  </Boundary>,
);
