/** Who is logged in. */

import { useQuery } from "@tanstack/react-query";
import { call, ROOT } from "./http";

export interface Session {
  user: string | null;
  userType: "admin" | "user" | null;
  accountId: string | null;
  /** Whether access control is on. */
  security: boolean;
}

export const SESSION = ["session"] as const;

export function useSession() {
  return useQuery({ queryKey: SESSION, queryFn: readSession, staleTime: Number.POSITIVE_INFINITY });
}

export async function readSession(): Promise<Session> {
  const { data } = await call<{ data: Session[] }>("GET", `${ROOT}/token`);
  const [session] = data;
  if (!session) throw new Error("the server told nothing of the session");
  return session;
}

/** The server answers with a cookie that no script can read. */
export async function logIn(login: string, password: string): Promise<void> {
  await call("POST", `${ROOT}/token`, { code: `${login}:${password}` });
}

export async function logOut(): Promise<void> {
  await call("DELETE", `${ROOT}/token/current`);
}
