/** Requests to the API: JSON both ways, the session's cookie, errors as `ApiError`. */

import type { Resource } from "./generated";

export const ROOT = "/v2-beta";

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly field: string | null,
    readonly requestId: string | null,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

/** No answer at all: the server is not there, or the way to it is not. */
export class Unreachable extends Error {
  override name = "Unreachable";
}

export interface Collection<T> {
  data: T[];
  pagination: { next: string | null; partial: boolean };
}

type Listener = () => void;
const ended = new Set<Listener>();

/** Calls `listener` whenever an answer says that nobody is logged in any more. */
export function onSessionEnd(listener: Listener): () => void {
  ended.add(listener);
  return () => ended.delete(listener);
}

export async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await send(method, path, body);
  if (answer.status === 204) return undefined as T;
  const content: unknown = await answer.json().catch(() => null);
  if (answer.ok) return content as T;
  const error = refused(answer, content);
  if (error.status === 401) for (const listener of ended) listener();
  throw error;
}

async function send(method: string, path: string, body: unknown): Promise<Response> {
  const headers: Record<string, string> = {
    Accept: "application/json",
    "X-API-No-Challenge": "true",
  };
  const csrf = cookie("CSRF");
  if (csrf) headers["X-API-CSRF"] = csrf;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  try {
    return await fetch(path, { method, headers, credentials: "same-origin", ...sent });
  } catch (cause) {
    throw new Unreachable("the server does not answer", { cause });
  }
}

interface Refusal {
  code?: string;
  message?: string;
  detail?: string | null;
  fieldName?: string;
}

function refused(answer: Response, content: unknown): ApiError {
  const said = (content ?? {}) as Refusal;
  const words = [said.message, said.detail].filter(Boolean).join(": ") || answer.statusText;
  return new ApiError(
    answer.status,
    said.code ?? String(answer.status),
    words,
    said.fieldName ?? null,
    answer.headers.get("x-request-id"),
  );
}

export function cookie(name: string): string | null {
  for (const pair of document.cookie.split("; ")) {
    const [key, value] = pair.split("=", 2);
    if (key === name) return value ?? "";
  }
  return null;
}

/** The path of an address that the API gave: we ask it where we see it, whatever it calls itself. */
export function pathOf(address: string): string {
  const url = new URL(address, location.origin);
  return url.pathname + url.search;
}

/** What is of no environment is of this one. */
export const EVERYWHERE = "";

export function collectionPath(project: string, plural: string): string {
  if (project === EVERYWHERE) return `${ROOT}/${plural}`;
  return `${ROOT}/projects/${project}/${plural}`;
}

/** Where a resource is. */
export function selfOf(row: Resource): string {
  return pathOf(row.links.self ?? "");
}
