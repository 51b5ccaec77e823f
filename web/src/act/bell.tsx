/** The bell over all pages: how much goes on or failed, the way to the tasks, and word of their ends. */

import { ActionIcon, Button, Group, Indicator, Text, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { lazy, Suspense, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { EVERYWHERE } from "../api/http";
import { useSession } from "../api/session";
import { cacheOf } from "../live/cache";
import { readRow, useLive } from "../live/live";
import type { Change } from "../live/patch";
import { Icon } from "../parts/icons";
import { Details } from "../parts/trouble";
import { errorWord, thingsWord, verbWord } from "../words/say";
import { useTaskList, useTasks } from "./run";
import { failedOf, isRunning, type Task } from "./task";

const Drawer = lazy(() => import("./drawer"));
const LONG_MS = 1000; // what takes longer is said when it begins, and when it ends
const SHOWN_MS = 5000;
const LOOK_MS = 1000;

/** What a task is called: the verb, and the thing or how many of them. */
export function taskWord(t: TFunction, task: Task): string {
  const [only] = task.items;
  const isOne = task.items.length === 1 && only !== undefined;
  const name = isOne ? only.about.name : thingsWord(t, task.type, task.items.length);
  return t("task.name", { verb: verbWord(t, task.type, task.verb), name });
}

export function TaskBell() {
  const { t } = useTranslation();
  const tasks = useTaskList();
  const [isOpen, { open, close }] = useDisclosure(false);
  useFollowed();
  useLookedAt(tasks);
  useSaid(tasks, open);
  const count = tasks.filter((task) => isRunning(task) || failedOf(task).length > 0).length;
  const words = count > 0 ? t("task.bell_busy", { count }) : t("task.bell");
  return (
    <>
      <Tooltip label={words}>
        <Indicator label={count} size={16} offset={6} disabled={count === 0} color="blue.8">
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={words} onClick={open}>
            <Icon sign="bell" />
          </ActionIcon>
        </Indicator>
      </Tooltip>
      <Suspense>{isOpen && <Drawer tasks={tasks} onClose={close} />}</Suspense>
    </>
  );
}

/** Has the feed tell the tasks what becomes of their rows. */
function useFollowed() {
  const tasks = useTasks();
  const session = useSession();
  const { project, follow } = useLive();
  const account = session.data?.accountId ?? "";
  useEffect(() => tasks.belongTo(account), [tasks, account]);
  useEffect(() => {
    return follow({
      changes: (changes) => tasks.see(project, changes),
      begins: () => {
        for (const one of tasks.followed(project)) {
          readAnew(project, one).then(
            (change) => tasks.see(project, [change]),
            () => undefined, // the feed is lost again: it begins anew later
          );
        }
      },
    });
  }, [tasks, project, follow]);
}

/** What is of no environment has no feed: it is read until it is at rest. */
function useLookedAt(list: readonly Task[]) {
  const tasks = useTasks();
  const client = useQueryClient();
  const isMoving = list.some((task) => task.project === EVERYWHERE && isRunning(task));
  useEffect(() => {
    if (!isMoving) return;
    const look = async () => {
      const rows = tasks.followed(EVERYWHERE).map((one) => readAnew(EVERYWHERE, one));
      const changes = await Promise.all(rows).catch(() => []); // later then
      tasks.see(EVERYWHERE, changes);
      cacheOf(client, EVERYWHERE).apply(changes);
    };
    const timer = setInterval(() => void look(), LOOK_MS);
    return () => clearInterval(timer);
  }, [isMoving, tasks, client]);
}

async function readAnew(project: string, { type, id }: { type: string; id: string }) {
  return { type, id, resource: await readRow(project, type, id) } satisfies Change;
}

/** Says in a corner what takes long, and what failed. */
function useSaid(tasks: readonly Task[], onView: () => void) {
  const { t } = useTranslation();
  const all = useTasks();
  const said = useRef(new Map<number, "long" | "over">());
  const shown = useRef({ tasks, t, onView });
  shown.current = { tasks, t, onView };
  useEffect(() => {
    const timers = tasks
      .filter((task) => isRunning(task) && !said.current.has(task.id))
      .map((task) =>
        setTimeout(
          () => {
            said.current.set(task.id, "long");
            tellBegun(t, task, onView);
          },
          Math.max(0, task.atMs + LONG_MS - Date.now()),
        ),
      );
    for (const task of tasks) {
      const before = said.current.get(task.id);
      if (isRunning(task)) {
        if (before === "over") said.current.delete(task.id); // it is tried again
      } else if (before !== "over") {
        said.current.set(task.id, "over");
        if (failedOf(task).length > 0) tellFailed(t, task, onView, () => void all.retry(task.id));
        else if (before === "long") tellDone(t, task);
      }
    }
    return () => timers.forEach(clearTimeout);
  }, [tasks, t, all, onView]);
}

const idOf = (task: Task): string => `task-${task.id}`;

function tellBegun(t: TFunction, task: Task, onView: () => void): void {
  notifications.show({
    id: idOf(task),
    loading: true,
    title: taskWord(t, task),
    message: <ViewButton word={t("task.view")} id={idOf(task)} onView={onView} />,
    autoClose: SHOWN_MS,
  });
}

function tellDone(t: TFunction, task: Task): void {
  notifications.hide(idOf(task));
  notifications.show({
    id: `${idOf(task)}-done`,
    color: "green",
    icon: <Icon sign="check" />,
    title: taskWord(t, task),
    message: t("task.phase.done"),
    autoClose: SHOWN_MS,
  });
}

function tellFailed(t: TFunction, task: Task, onView: () => void, onRetry: () => void): void {
  const failed = failedOf(task);
  notifications.hide(idOf(task));
  if (task.isQuiet && task.items.every((item) => item.steps.length === 0)) return;
  const id = `${idOf(task)}-failed`;
  const retry = () => {
    notifications.hide(id);
    onRetry();
  };
  notifications.show({
    id,
    color: "red",
    icon: <Icon sign="close" />,
    title: taskWord(t, task),
    message: (
      <>
        <Text size="sm" fw={600}>
          {task.items.length > 1 && `${t("task.failed_of", countsOf(task))} · `}
          {errorWord(t, failed[0]?.error)}
        </Text>
        <Details error={failed[0]?.error} about={taskWord(t, task)} />
        <Group gap="xs" mt={6}>
          <Button size="compact-sm" variant="default" onClick={retry}>
            {t("task.retry", { count: failed.length })}
          </Button>
          <ViewButton word={t("task.view")} id={id} onView={onView} />
        </Group>
      </>
    ),
    autoClose: false,
    role: "alert",
  });
}

export function countsOf(task: Task): { failed: number; count: number } {
  return { failed: failedOf(task).length, count: task.items.length };
}

function ViewButton({ word, id, onView }: { word: string; id: string; onView: () => void }) {
  const view = () => {
    notifications.hide(id);
    onView();
  };
  return (
    <Button size="compact-sm" variant="default" onClick={view}>
      {word}
    </Button>
  );
}
