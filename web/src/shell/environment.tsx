/** The frame of all pages in an environment: where one is, where one can go, who one is. */

import {
  ActionIcon,
  Alert,
  AppShell,
  Burger,
  Menu,
  NavLink,
  Group as Row,
  ScrollArea,
  Select,
  Text,
  Tooltip,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import {
  NavLink as Link,
  Outlet,
  ScrollRestoration,
  useLocation,
  useNavigate,
  useParams,
} from "react-router";
import { TaskBell } from "../act/bell";
import { logOut, SESSION, useSession } from "../api/session";
import { LiveProvider, useLive } from "../live/live";
import { Commands } from "../palette/commands";
import { forgetDrafts } from "../parts/draft";
import { Icon, type Sign } from "../parts/icons";
import { Fence } from "../parts/trouble";
import { LanguageMenu, ThemeMenu } from "./choices";
import { isUsable, remember, useProjects } from "./outside";

interface Place {
  to:
    | "hosts"
    | "containers"
    | "services"
    | "stacks"
    | "environments"
    | "accounts"
    | "audit"
    | "settings";
  sign: Sign;
  isAdmins?: boolean;
}

type Group = "applications" | "infrastructure" | "administration";
const GROUPS: { name: Group; places: Place[] }[] = [
  {
    name: "applications",
    places: [
      { to: "stacks", sign: "stack" },
      { to: "services", sign: "service" },
      { to: "containers", sign: "container" },
    ],
  },
  { name: "infrastructure", places: [{ to: "hosts", sign: "host" }] },
  {
    name: "administration",
    places: [
      { to: "environments", sign: "environment" },
      { to: "accounts", sign: "user", isAdmins: true },
      { to: "audit", sign: "audit" },
      { to: "settings", sign: "settings", isAdmins: true },
    ],
  },
];

export function Environment() {
  const { project = "" } = useParams();
  useEffect(() => remember(project), [project]);
  return (
    <LiveProvider key={project} project={project}>
      <Frame project={project} />
    </LiveProvider>
  );
}

function Frame({ project }: { project: string }) {
  const { t } = useTranslation();
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const { pathname } = useLocation();
  const isAdmin = useSession().data?.userType === "admin";
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever went somewhere is done with it
  useEffect(close, [pathname, close]);
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 210, breakpoint: "sm", collapsed: { mobile: !isOpen } }}
      padding="md"
    >
      <a className="skip" href="#content">
        {t("nav.skip")}
      </a>
      <AppShell.Header>
        <Row h="100%" px="sm" gap="xs" wrap="nowrap">
          <Burger
            opened={isOpen}
            onClick={toggle}
            hiddenFrom="sm"
            size="sm"
            aria-label={t("nav.menu")}
          />
          <img src="/favicon.svg" alt="" width={26} height={26} />
          <Text fw={700} visibleFrom="sm">
            Pasture
          </Text>
          <EnvironmentSwitch project={project} />
          <Row gap={2} ms="auto" wrap="nowrap">
            <Commands />
            <TaskBell />
            <LanguageMenu />
            <ThemeMenu />
            <UserMenu project={project} />
          </Row>
        </Row>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={t("nav.main")}>
        <AppShell.Section grow component={ScrollArea}>
          <NavLink
            component={Link}
            to={`/env/${project}/home`}
            label={t("nav.home")}
            leftSection={<Icon sign="home" />}
            active={pathname === `/env/${project}/home`}
          />
          {GROUPS.map((group) => (
            <div key={group.name}>
              <Text size="xs" c="dimmed" fw={600} px="xs" mt="sm" mb={4}>
                {t(`nav.${group.name}`)}
              </Text>
              {group.places
                .filter(({ isAdmins }) => isAdmin || !isAdmins)
                .map(({ to, sign }) => (
                  <NavLink
                    key={to}
                    component={Link}
                    to={`/env/${project}/${to}`}
                    label={t(`nav.${to}`)}
                    leftSection={<Icon sign={sign} />}
                    active={pathname.startsWith(`/env/${project}/${to}`)}
                  />
                ))}
            </div>
          ))}
        </AppShell.Section>
        <AppShell.Section>
          <NavLink
            href={`/v2-beta/projects/${project}`}
            target="_blank"
            label={t("nav.api")}
            leftSection={<Icon sign="api" />}
          />
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <Lost />
        <Fence key={pathname} title={t("error.crashed")} hint={t("error.crashed_hint")}>
          <Outlet />
        </Fence>
        <ScrollRestoration />
      </AppShell.Main>
    </AppShell>
  );
}

/** Says that what is shown may be old; and asks who one is, which may be why. */
function Lost() {
  const { t } = useTranslation();
  const { connection } = useLive();
  const client = useQueryClient();
  useEffect(() => {
    if (connection === "lost") void client.invalidateQueries({ queryKey: SESSION });
  }, [connection, client]);
  if (connection !== "lost") return null;
  return (
    <Alert color="orange" variant="light" icon={<Icon sign="warning" />} mb="md" role="status">
      {t("live.lost")}
    </Alert>
  );
}

function EnvironmentSwitch({ project }: { project: string }) {
  const { t } = useTranslation();
  const projects = useProjects();
  const navigate = useNavigate();
  const data =
    projects.data?.map((one) => ({
      value: one.id,
      label: one.name ?? one.id,
      disabled: !isUsable(one),
    })) ?? [];
  return (
    <Select
      aria-label={t("nav.environment")}
      data={data}
      value={project}
      allowDeselect={false}
      searchable={data.length > 8}
      w={{ base: 130, sm: 200 }}
      onChange={(id) => id && void navigate(`/env/${id}/home`)}
    />
  );
}

function UserMenu({ project }: { project: string }) {
  const { t } = useTranslation();
  const session = useSession();
  const client = useQueryClient();
  const navigate = useNavigate();
  const name = session.data?.user ?? "";
  const leave = async () => {
    await logOut();
    forgetDrafts();
    client.clear();
    await navigate("/login", { replace: true });
  };
  return (
    <Menu position="bottom-end">
      <Tooltip label={name}>
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={t("nav.account", { name })}
          >
            <Icon sign="user" />
          </ActionIcon>
        </Menu.Target>
      </Tooltip>
      <Menu.Dropdown>
        <Menu.Label>{name}</Menu.Label>
        <Menu.Item component={Link} to={`/env/${project}/account`}>
          {t("nav.own")}
        </Menu.Item>
        <Menu.Item component={Link} to={`/env/${project}/about`}>
          {t("nav.about")}
        </Menu.Item>
        <Menu.Item onClick={() => void leave()}>{t("nav.log_out")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
