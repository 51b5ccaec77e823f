/** A person's API keys, and their password: of the account, not of an environment, so the feed does not bring them. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ApiKey, Password } from "../api/generated";
import { ApiError, type Collection, call, pathOf, ROOT, selfOf } from "../api/http";

const KEYS = ["apiKeys"] as const;
const AGAIN_MS = 1000; // while one is on its way into another state
const GONE = new Set(["removed", "purged"]);

/** The keys of an account. */
export function useKeys(accountId: string) {
  return useQuery({
    queryKey: [...KEYS, accountId],
    queryFn: async () => {
      const query = new URLSearchParams({ accountId, limit: "1000" });
      const { data } = await call<Collection<ApiKey>>("GET", `${ROOT}/apikeys?${query}`);
      return data.filter((key) => !GONE.has(key.state));
    },
    refetchInterval: ({ state: { data } }) =>
      data?.some((key) => key.transitioning === "yes") ? AGAIN_MS : false,
  });
}

export interface NewKey {
  name: string;
  description: string;
}

/** Makes a key; its secret is in this answer and never again. */
export function useNewKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ name, description }: NewKey) =>
      call<ApiKey>("POST", `${ROOT}/apikeys`, { name, ...(description && { description }) }),
    onSuccess: () => client.invalidateQueries({ queryKey: KEYS }),
  });
}

export type KeyVerb = "activate" | "deactivate" | "remove";

/** Does something with a key that its actions offer. */
export function useKeyAct() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ key, verb }: { key: ApiKey; verb: KeyVerb }) => {
      if (verb === "remove") return call<void>("DELETE", selfOf(key));
      const offered = key.actions[verb];
      if (offered) await call<ApiKey>("POST", pathOf(offered), {});
    },
    onSettled: () => client.invalidateQueries({ queryKey: KEYS }),
  });
}

export interface NewPassword {
  before: string;
  after: string;
}

/** Changes the password of an account. */
export function useNewPassword(accountId: string) {
  return useMutation({
    mutationFn: async ({ before, after }: NewPassword) => {
      const query = new URLSearchParams({ accountId });
      const { data } = await call<Collection<Password>>("GET", `${ROOT}/passwords?${query}`);
      const change = data[0]?.actions.changesecret;
      if (!change) throw new ApiError(404, "Not Found", "no password here", null, null);
      await call("POST", pathOf(change), { oldSecret: before, newSecret: after });
    },
  });
}
