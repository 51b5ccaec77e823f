/** All tasks of this page in an environment: what was asked for, how far it is, why it failed. */

import {
  ActionIcon,
  Button,
  Card,
  Collapse,
  Drawer,
  Group,
  Progress,
  Stack,
  Text,
  Tooltip,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useProject } from "../live/live";
import { Empty } from "../parts/empty";
import { Icon } from "../parts/icons";
import { Ago } from "../parts/time";
import { Details } from "../parts/trouble";
import { errorWord, stateWord } from "../words/say";
import { whyWord } from "../words/why";
import { countsOf, taskWord } from "./bell";
import { PhaseSign, PhaseWord } from "./phase";
import { useTasks } from "./run";
import { doneOf, failedOf, type Item, isOver, isRunning, type Task } from "./task";

const PAGES: Record<string, string> = {
  container: "containers",
  host: "hosts",
  service: "services",
  stack: "stacks",
};
const MOST = 200; // items of a task that are drawn

export default function TaskDrawer({
  tasks,
  onClose,
}: {
  tasks: readonly Task[];
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const all = useTasks();
  const project = useProject();
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="md"
      title={t("task.title")}
      closeButtonProps={{ "aria-label": t("copy.close") }}
    >
      {tasks.length === 0 ? (
        <Empty sign="bell" title={t("task.none")} hint={t("task.none_hint")} />
      ) : (
        <Stack gap="sm">
          <Group justify="flex-end">
            <Button
              size="compact-sm"
              variant="default"
              disabled={tasks.every(isRunning)}
              onClick={() => all.forgetOver(project)}
            >
              {t("task.clear")}
            </Button>
          </Group>
          {tasks.map((task) => (
            <TaskCard key={task.id} task={task} onLeave={onClose} />
          ))}
        </Stack>
      )}
    </Drawer>
  );
}

function TaskCard({ task, onLeave }: { task: Task; onLeave: () => void }) {
  const { t } = useTranslation();
  const all = useTasks();
  const isOne = task.items.length === 1;
  const [isOpen, { toggle }] = useDisclosure(isOne || failedOf(task).length > 0);
  const failed = failedOf(task).length;
  const isUnsent = task.items.some((item) => item.phase === "waiting");
  return (
    <Card withBorder p="sm" component="section" aria-label={taskWord(t, task)} data-task={task.id}>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <PhaseSign phase={phaseOf(task)} />
        <div style={{ flex: 1, minWidth: 0 }}>
          <Text fw={600} size="sm" style={{ overflowWrap: "anywhere" }}>
            {taskWord(t, task)}
          </Text>
          <Text size="xs" c="dimmed">
            <Ago at={new Date(task.atMs).toISOString()} />
          </Text>
        </div>
        {!isRunning(task) && (
          <Tooltip label={t("task.forget")}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t("task.forget")}
              onClick={() => all.forget(task.id)}
            >
              <Icon sign="close" size={16} />
            </ActionIcon>
          </Tooltip>
        )}
      </Group>
      {!isOne && <Bar task={task} />}
      <Group gap="xs" mt="xs">
        {failed > 0 && (
          <Button size="compact-sm" variant="default" onClick={() => void all.retry(task.id)}>
            {t("task.retry", { count: failed })}
          </Button>
        )}
        {isUnsent && (
          <Button size="compact-sm" variant="default" onClick={() => all.stop(task.id)}>
            {t("task.stop")}
          </Button>
        )}
        {!isOne && (
          <Button size="compact-sm" variant="subtle" aria-expanded={isOpen} onClick={toggle}>
            {t("task.items")}
          </Button>
        )}
      </Group>
      <Collapse expanded={isOpen || isOne}>
        <Stack gap={6} mt="xs" component="ul" className="plain">
          {ordered(task.items)
            .slice(0, MOST)
            .map((item) => (
              <ItemLine
                key={item.about.id ?? item.change.path}
                item={item}
                isAlone={isOne}
                onLeave={onLeave}
              />
            ))}
        </Stack>
        {task.items.length > MOST && (
          <Text size="sm" c="dimmed">
            {t("confirm.more", { count: task.items.length - MOST })}
          </Text>
        )}
      </Collapse>
    </Card>
  );
}

function phaseOf(task: Task): Item["phase"] {
  if (isRunning(task)) return "moving";
  if (failedOf(task).length > 0) return "failed";
  return task.items.every((item) => item.phase === "stopped") ? "stopped" : "done";
}

/** What failed first, then what goes on. */
function ordered(items: readonly Item[]): Item[] {
  const place = (item: Item) => (item.phase === "failed" ? 0 : isOver(item) ? 2 : 1);
  return [...items].sort((a, b) => place(a) - place(b));
}

function Bar({ task }: { task: Task }) {
  const { t } = useTranslation();
  const { failed, count } = countsOf(task);
  const done = doneOf(task);
  const part = (number: number) => (number / count) * 100;
  return (
    <>
      <Progress.Root size="sm" mt="xs">
        <Progress.Section
          value={part(done - failed)}
          color="green.7"
          aria-label={t("task.phase.done")}
        />
        <Progress.Section value={part(failed)} color="red.7" aria-label={t("task.phase.failed")} />
      </Progress.Root>
      <Text size="xs" c="dimmed" mt={4}>
        {t("task.progress", { done, count })}
        {failed > 0 && ` · ${t("task.failed_of", { failed, count })}`}
      </Text>
    </>
  );
}

interface LineProps {
  item: Item;
  /** The only one of its task, whose name is said already. */
  isAlone: boolean;
  onLeave: () => void;
}

function ItemLine({ item, isAlone, onLeave }: LineProps) {
  const { t } = useTranslation();
  const project = useProject();
  const { type, id, name } = item.about;
  const page = PAGES[type];
  const why = item.phase === "moving" ? item.steps.at(-1)?.why : null;
  const isThere = page && id && !(item.about.verb === "delete" && item.phase === "done");
  return (
    <li data-item={id}>
      <Group gap="xs" justify="space-between" wrap="nowrap">
        {isThere ? (
          <Link to={`/env/${project}/${page}/${id}`} onClick={onLeave}>
            {name}
          </Link>
        ) : (
          <Text size="sm">{name}</Text>
        )}
        <PhaseWord item={item} />
      </Group>
      {why && <span className="why">{whyWord(t, why)}</span>}
      {isAlone && item.steps.length > 1 && (
        <Text size="xs" c="dimmed">
          {item.steps.map((step) => stateWord(t, step.state)).join(" → ")}
        </Text>
      )}
      {item.phase === "failed" && (
        <>
          <Text size="sm" fw={600} c="var(--state-red)">
            {errorWord(t, item.error)}
          </Text>
          <Details error={item.error} about={`${item.change.method} ${item.change.path}`} />
        </>
      )}
    </li>
  );
}
