// Sends the page's forms as JSON, and adds filters to the address. Shows texts as text only.
"use strict";

const cookie = (name) =>
  document.cookie.split("; ").map((c) => c.split("=")).find((c) => c[0] === name)?.[1];

function valueOf(input) {
  if (input.dataset.kind !== "json") return input.value;
  return JSON.parse(input.value);
}

// What was filled in, or changed: an emptied field is null.
function bodyOf(form) {
  const body = {};
  for (const input of form.querySelectorAll("[data-kind]")) {
    const before = input.tagName === "SELECT"
      ? [...input.options].find((o) => o.defaultSelected)?.value ?? ""
      : input.defaultValue;
    const now = input.value.trim();
    if (now === before.trim() && !(now && form.dataset.send === "POST")) continue;
    try {
      body[input.name] = now === "" ? null : valueOf(input);
    } catch {
      input.focus();
      throw new Error(`${input.name} is no JSON`);
    }
  }
  return body;
}

async function send(form) {
  const { send: method, url } = form.dataset;
  const headers = { Accept: "application/json", "Content-Type": "application/json" };
  const csrf = cookie("CSRF");
  if (csrf) headers["X-API-CSRF"] = csrf;
  const request = { method, headers, credentials: "same-origin" };
  if (method !== "DELETE") request.body = JSON.stringify(bodyOf(form));
  const reply = await fetch(url, request);
  const text = await reply.text();
  const shown = text ? JSON.parse(text) : {};
  if (!reply.ok) {
    const where = shown.fieldName ? `${shown.fieldName}: ` : "";
    throw new Error(`${reply.status} ${shown.code ?? ""}: ${where}${shown.message ?? ""}`);
  }
  return { status: reply.status, shown };
}

async function submitted(event) {
  const form = event.target;
  if (!form.dataset.send) return;
  event.preventDefault();
  if (form.dataset.confirm && !window.confirm(form.dataset.confirm)) return;
  const output = form.querySelector("output");
  const button = form.querySelector("button[type=submit]");
  button.disabled = true;
  output.textContent = "";
  try {
    const { status, shown } = await send(form);
    const own = shown.links?.self;
    const secrets = ["secretValue", "token"].filter((name) => shown[name]);
    if (shown.url || secrets.length > 0) {
      output.textContent = JSON.stringify(shown, null, 2); // shown this once
    } else if (status === 201 && own?.startsWith(`${window.location.origin}/`)) {
      window.location.assign(own);
    } else {
      window.location.reload();
    }
  } catch (error) {
    output.textContent = error.message;
  } finally {
    button.disabled = false;
  }
}

function filtered(event) {
  const form = event.target;
  if (form.dataset.filter === undefined) return;
  event.preventDefault();
  const { field, modifier, value } = form.elements;
  const target = new URL(form.dataset.filter, window.location.href);
  const name = modifier.value === "eq" ? field.value : `${field.value}_${modifier.value}`;
  target.searchParams.append(name, value.value);
  window.location.assign(target);
}

document.addEventListener("submit", submitted);
document.addEventListener("submit", filtered);
