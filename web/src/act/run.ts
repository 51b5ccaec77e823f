/** Carries a change out: what came back is shown at once, an error is said. */

import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { call } from "../api/http";
import { LiveCache } from "../live/cache";
import { useProject } from "../live/live";
import type { Row } from "../live/patch";
import { tellTrouble } from "../parts/trouble";
import type { Change } from "./change";

export function useRun() {
  const client = useQueryClient();
  const project = useProject();
  const { t } = useTranslation();
  return useMutation({
    mutationFn: (change: Change) => call<Row | undefined>(change.method, change.path, change.body),
    onSuccess: (row) => show(client, project, row),
    onError: (error) => tellTrouble(t as TFunction, error),
  });
}

/** Puts an answer where its row is shown; the feed brings what follows. */
export function show(client: QueryClient, project: string, row: Row | undefined): void {
  if (row?.id === undefined || row.type === undefined) return;
  new LiveCache(client, project).apply([{ type: row.type, id: row.id, resource: row }]);
}
