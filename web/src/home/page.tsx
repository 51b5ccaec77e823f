/** The first page of an environment: what needs somebody, how much there is, what to do next. */

import { Button, Card, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Named, nameOf } from "../act/acts";
import { useById, useCounts, useProject, useRows } from "../live/live";
import { Empty } from "../parts/empty";
import { Icon, type Sign } from "../parts/icons";
import { OWN_PAGE } from "../parts/own_page";
import { Head } from "../parts/page";
import { SIGNS, State, TONES, type Tone } from "../parts/state";
import { Activity } from "./activity";
import { FirstRun } from "./first";
import { countsOf, problemsOf, tonesOf } from "./problems";

const NOT_RUNNING = { state_ne: "running", limit: "1000" };
const MOST = 20; // problems that are shown
const EVERY = {};

export function Home() {
  const { t } = useTranslation();
  const hosts = useById("host");
  const stacks = useById("stack");
  const services = useById("service");
  const containers = useRows("container", NOT_RUNNING);
  const all: Named[] = [
    ...hosts.values(),
    ...stacks.values(),
    ...services.values(),
    ...containers.rows,
  ];
  const isEmpty = containers.isSuccess && hosts.size === 0;
  return (
    <>
      <Head title={t("home.title")} name={t("home.title")} />
      <FirstRun />
      {isEmpty ? (
        <Begin />
      ) : (
        <Stack gap="xl">
          {containers.isSuccess && <Problems rows={problemsOf(all)} />}
          <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
            <Count to="hosts" sign="host" tones={countsOf(hosts.values())} />
            <Count to="stacks" sign="stack" tones={countsOf(stacks.values())} />
            <Count to="services" sign="service" tones={countsOf(services.values())} />
            <ContainerCount />
          </SimpleGrid>
          <Activity names={new Map(all.map((row) => [row.id, nameOf(row)]))} />
        </Stack>
      )}
    </>
  );
}

/** Of containers there may be many: the server counts them. */
function ContainerCount() {
  const counts = useCounts("container", EVERY);
  return <Count to="containers" sign="container" tones={tonesOf(counts.data ?? {})} />;
}

interface CountProps {
  to: (typeof OWN_PAGE)[keyof typeof OWN_PAGE]["place"];
  sign: Sign;
  tones: ReadonlyMap<Tone, number>;
}

/** What there is of a type, by how it is. */
function Count(props: CountProps) {
  const { t } = useTranslation();
  const project = useProject();
  const { tones } = props;
  return (
    <Card withBorder component="section">
      <Group justify="space-between" mb="xs">
        <Link to={`/env/${project}/${props.to}`}>{t(`nav.${props.to}`)}</Link>
        <Icon sign={props.sign} />
      </Group>
      <Text fz={32} fw={650} lh={1.1}>
        {[...tones.values()].reduce((sum, count) => sum + count, 0)}
      </Text>
      <Group gap="sm" mt="xs" mih={22}>
        {TONES.filter((tone) => tones.has(tone)).map((tone) => (
          <span key={tone} className="state" style={{ color: `var(--state-${tone})` }}>
            <Icon sign={SIGNS[tone]} size={16} />
            {t(`home.tones.${tone}`, { count: tones.get(tone) })}
          </span>
        ))}
      </Group>
    </Card>
  );
}

function Problems({ rows }: { rows: readonly Named[] }) {
  const { t } = useTranslation();
  const project = useProject();
  return (
    <section aria-label={t("home.problems")}>
      <Title order={2} size="h4" mb="sm">
        {t("home.problems")}
      </Title>
      {rows.length === 0 && (
        <Group gap="xs" c="var(--state-green)">
          <Icon sign="good" />
          {t("home.well")}
        </Group>
      )}
      <Stack gap="xs">
        {rows.slice(0, MOST).map((row) => (
          <Card key={row.id} withBorder p="sm" data-problem={row.id}>
            <Group gap="xs" mb={4}>
              <Text span size="sm" c="dimmed">
                {t(`home.types.${row.type as "host"}`)}
              </Text>
              <Link to={`/env/${project}/${OWN_PAGE[row.type as "host"].place}/${row.id}`}>
                {nameOf(row)}
              </Link>
            </Group>
            <State row={row} />
          </Card>
        ))}
        {rows.length > MOST && (
          <Text c="dimmed">{t("home.more", { count: rows.length - MOST })}</Text>
        )}
      </Stack>
    </section>
  );
}

function Begin() {
  const { t } = useTranslation();
  const project = useProject();
  return (
    <Empty sign="host" title={t("home.begin")} hint={t("home.begin_hint")}>
      <Button
        component={Link}
        to={`/env/${project}/hosts?add=1`}
        leftSection={<Icon sign="plus" />}
      >
        {t("host.add")}
      </Button>
    </Empty>
  );
}
