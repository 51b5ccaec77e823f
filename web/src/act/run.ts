/** Carries changes out, each as a task: what came back is shown at once, the feed brings the rest. */

import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { createContext, useCallback, useContext, useSyncExternalStore } from "react";
import { call, EVERYWHERE } from "../api/http";
import { cacheOf } from "../live/cache";
import { useProject } from "../live/live";
import type { Row } from "../live/patch";
import type { Change } from "./change";
import type { Task } from "./task";
import { Tasks } from "./tasks";

/** One for the page: what was begun in one place goes on in all others. */
export const TasksContext = createContext(
  new Tasks(({ method, path, body }) => call<Row | undefined>(method, path, body)),
);

export function useTasks(): Tasks {
  return useContext(TasksContext);
}

/** The tasks of the environment that is looked at, and of none; the newest first. */
export function useTaskList(): readonly Task[] {
  const project = useProject();
  const tasks = useTasks();
  const all = useSyncExternalStore(tasks.subscribe, tasks.snapshot);
  return all.filter((task) => task.project === project || task.project === EVERYWHERE);
}

interface Options {
  /** The error is shown where it was asked for, as in a form; nothing else says it. */
  isQuiet?: boolean;
}

/** One change; gives its answer, or fails as it was refused. */
export function useRun({ isQuiet = false }: Options = {}) {
  const client = useQueryClient();
  const project = useProject();
  const tasks = useTasks();
  return useMutation({
    mutationFn: async (change: Change): Promise<Row | undefined> => {
      let answer: { row: Row | undefined } | null = null as { row: Row | undefined } | null;
      const onAnswer = (row: Row | undefined, isOld: boolean) => {
        answer = { row };
        if (!isOld) show(client, project, row);
      };
      const [item] = await tasks.start(project, [change], onAnswer, { isQuiet });
      if (answer === null) throw item?.error;
      return answer.row;
    },
  });
}

/** Many changes as one task, which has a result for each. */
export function useRunAll() {
  const client = useQueryClient();
  const project = useProject();
  const tasks = useTasks();
  return useCallback(
    (changes: readonly Change[]) => {
      void tasks.start(project, changes, (row, isOld) => {
        if (!isOld) show(client, project, row);
      });
    },
    [client, project, tasks],
  );
}

/** Puts an answer where its row is shown. */
export function show(client: QueryClient, project: string, row: Row | undefined): void {
  if (row?.id === undefined || row.type === undefined) return;
  cacheOf(client, project).apply([{ type: row.type, id: row.id, resource: row }]);
}
