/** The installation's settings: of no environment, so the feed does not bring them. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Setting } from "../api/generated";
import { type Collection, call, ROOT } from "../api/http";

const SETTINGS = ["settings"] as const;
export const ADDRESS = "api.host";

export function useSettings(isWanted = true) {
  return useQuery({
    queryKey: SETTINGS,
    queryFn: async () => (await call<Collection<Setting>>("GET", `${ROOT}/settings`)).data,
    staleTime: 10_000,
    enabled: isWanted,
  });
}

/** Sets a value; null goes back to the default. */
export function useSet() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ name, value }: { name: string; value: string | null }) => {
      const path = settingPath(name);
      return value === null ? call("DELETE", path) : call("PUT", path, { value });
    },
    onSettled: () => client.invalidateQueries({ queryKey: SETTINGS }),
  });
}

export const settingPath = (name: string) => `${ROOT}/settings/${encodeURIComponent(name)}`;

const FORM = /^https?:\/\/([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?$/;

/** Whether a text can be the public address, as the server takes it: no path. */
export const isPublicAddress = (text: string) => FORM.test(text) && URL.canParse(text);
