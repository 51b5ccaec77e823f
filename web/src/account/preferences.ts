/** What a person chose for the pages: kept by the server, so that it follows them to another browser. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { UserPreference } from "../api/generated";
import { type Collection, call, ROOT, selfOf } from "../api/http";
import { useSession } from "../api/session";

const PREFERENCES = ["preferences"] as const;
const PATH = `${ROOT}/userpreferences`;

/** The choices, by the names that Rancher's page had for them; values are JSON. */
export interface Preferences {
  theme?: "auto" | "light" | "dark";
  language?: string;
  /** The environment to begin in. */
  defaultProjectId?: string;
  /** Whether the public address was asked for. */
  addressAsked?: boolean;
  /** Whether single keys do something; they do unless this is false. */
  shortcuts?: boolean;
}

export function usePreferences() {
  const session = useSession();
  return useQuery({
    queryKey: PREFERENCES,
    queryFn: async () => (await call<Collection<UserPreference>>("GET", `${PATH}?limit=1000`)).data,
    enabled: Boolean(session.data?.accountId),
  });
}

/** What is chosen; of a name that is there and cannot be read, nothing. */
export function chosen(rows: readonly UserPreference[] | undefined): Preferences {
  const found: Record<string, unknown> = {};
  for (const { name, value } of rows ?? []) {
    try {
      found[name] = JSON.parse(value);
    } catch {
      // another client's, in a form of its own
    }
  }
  return found;
}

/** Keeps choices; the others stay as they are. */
export function usePrefer() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (choice: Preferences) => {
      const { data } = await call<Collection<UserPreference>>("GET", `${PATH}?limit=1000`);
      for (const [name, wanted] of Object.entries(choice)) {
        const row = data.find((one) => one.name === name);
        const value = JSON.stringify(wanted);
        if (row === undefined) await call("POST", PATH, { name, value });
        else if (row.value !== value) await call("PUT", selfOf(row), { value });
      }
    },
    onSettled: () => client.invalidateQueries({ queryKey: PREFERENCES }),
  });
}
