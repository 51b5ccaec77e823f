import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./page.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app";
import { giveNonce } from "./nonce";
import { begin } from "./words/words";

giveNonce();
await begin();
const root = document.getElementById("root");
if (root === null) throw new Error("the page has no root");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
