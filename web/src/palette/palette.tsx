/** One field for everything: where to go, what there is, what can be done with what is looked at. */

import "@mantine/spotlight/styles.css";
import type { MantineColorScheme } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { Spotlight, spotlight } from "@mantine/spotlight";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate } from "react-router";
import { THEMES, useLook } from "../account/look";
import { actWord, useActing } from "../act/acting";
import { actsOf, type Named, nameOf } from "../act/acts";
import { PLURALS } from "../api/generated";
import { useSession } from "../api/session";
import { useProject, useRow } from "../live/live";
import { Icon, type Sign } from "../parts/icons";
import { useProjects } from "../shell/outside";
import { stateWord } from "../words/say";
import { LANGUAGES, type Language } from "../words/words";
import { type Found, TYPES, useFound } from "./found";
import { fits, PLACES } from "./keys";

const TYPED_MS = 150;

interface Item {
  id: string;
  label: string;
  more?: string;
  sign: Sign;
  run: () => void;
}

export const open = () => spotlight.open();

export default function Palette({ onHelp }: { onHelp: () => void }) {
  const { t } = useTranslation();
  const [query, setQuery] = useState("");
  const [looked] = useDebouncedValue(query.trim(), TYPED_MS);
  const { items: acts, dialog } = useActs();
  const rows = useRowItems(looked);
  useEffect(chooseFirst);
  const groups: [title: string, items: Item[]][] = [
    [t("palette.this"), acts],
    [t("palette.found"), query.trim() === looked ? rows : []], // else they are of other words
    [t("palette.go"), usePlaces()],
    [t("palette.do"), useDeeds(onHelp)],
  ];
  const shown = groups.map(([title, items]) => {
    const fitting = items.filter((item) => items === rows || fits(item.label, query.trim()));
    return [title, fitting] as const;
  });
  return (
    <>
      <Spotlight.Root
        query={query}
        onQueryChange={setQuery}
        shortcut={null}
        scrollable
        maxHeight={420}
      >
        <Spotlight.Search
          aria-label={t("palette.title")}
          placeholder={t("palette.placeholder")}
          leftSection={<Icon sign="search" />}
        />
        <Spotlight.ActionsList>
          {shown
            .filter(([, items]) => items.length > 0)
            .map(([title, items]) => (
              <Spotlight.ActionsGroup key={title} label={title}>
                {items.map((item) => (
                  <Spotlight.Action
                    key={item.id}
                    label={item.label}
                    description={item.more}
                    leftSection={<Icon sign={item.sign} />}
                    onClick={item.run}
                  />
                ))}
              </Spotlight.ActionsGroup>
            ))}
          {shown.every(([, items]) => items.length === 0) && (
            <Spotlight.Empty>{t("palette.nothing")}</Spotlight.Empty>
          )}
        </Spotlight.ActionsList>
      </Spotlight.Root>
      {dialog}
    </>
  );
}

/** Enter runs the first, where nothing else was chosen: what was found came after it was asked for. */
function chooseFirst() {
  const list = document.querySelector(".mantine-Spotlight-actionsList");
  if (list?.querySelector("[data-selected]")) return;
  list?.querySelector("[data-action]")?.setAttribute("data-selected", "true");
}

const DETAIL = /^\/env\/[^/]+\/(stacks|services|containers|hosts)\/(1[a-z]+\d+)$/;

/** What can be done with the one that is looked at. */
function useActs(): { items: Item[]; dialog: ReactNode } {
  const { t } = useTranslation();
  const { begin, dialog } = useActing();
  const { pathname } = useLocation();
  const [, place = "", id = ""] = DETAIL.exec(pathname) ?? [];
  const type = TYPES.find((one) => PLURALS[one] === place);
  const row = useRow(type ?? "host", id, type !== undefined).data as Named | null | undefined;
  if (!row) return { items: [], dialog };
  const possible = actsOf(row).filter((act) => act.reason === null);
  const items = possible.map((act) => ({
    id: act.verb,
    label: actWord(t, row, act),
    more: nameOf(row),
    sign: act.sign,
    run: () => begin([{ row, act }]),
  }));
  return { items, dialog };
}

function useRowItems(query: string): Item[] {
  const { t } = useTranslation();
  const project = useProject();
  const navigate = useNavigate();
  return useFound(query).map((row) => ({
    id: row.id,
    label: nameOf(row),
    more: `${t(`home.types.${row.type as Found}`)} · ${row.id} · ${stateWord(t, row.state)}`,
    sign: row.type as Found,
    run: () => void navigate(`/env/${project}/${PLURALS[row.type as Found]}/${row.id}`),
  }));
}

const ADMINS: ReadonlySet<string> = new Set(["accounts", "settings"]);

const SIGNS: Record<(typeof PLACES)[number], Sign> = {
  home: "home",
  stacks: "stack",
  services: "service",
  containers: "container",
  hosts: "host",
  environments: "environment",
  accounts: "user",
  audit: "audit",
  settings: "settings",
  account: "user",
  about: "info",
};

function usePlaces(): Item[] {
  const { t } = useTranslation();
  const project = useProject();
  const projects = useProjects();
  const navigate = useNavigate();
  const isAdmin = useSession().data?.userType === "admin";
  const pages: Item[] = PLACES.filter((place) => !ADMINS.has(place) || isAdmin).map((place) => ({
    id: place,
    label: t(`palette.commands.go_${place}`),
    sign: SIGNS[place],
    run: () => void navigate(`/env/${project}/${place}`),
  }));
  const others = (projects.data ?? []).filter(({ id }) => id !== project);
  return [
    ...pages,
    ...others.map((one) => ({
      id: one.id,
      label: t("palette.environment", { name: one.name ?? one.id }),
      sign: "stack" as const,
      run: () => void navigate(`/env/${one.id}/home`),
    })),
  ];
}

function useDeeds(onHelp: () => void): Item[] {
  const { t } = useTranslation();
  const project = useProject();
  const navigate = useNavigate();
  const look = useLook();
  const go = (place: string) => () => void navigate(`/env/${project}/${place}`);
  return [
    {
      id: "service",
      label: t("palette.commands.new_service"),
      sign: "plus",
      run: go("services/new"),
    },
    { id: "container", label: t("palette.new_container"), sign: "plus", run: go("containers/new") },
    { id: "host", label: t("host.add"), sign: "plus", run: go("hosts?add=1") },
    { id: "help", label: t("palette.commands.help"), sign: "info", run: onHelp },
    ...THEMES.filter((theme) => theme !== look.theme).map((theme) => ({
      id: theme,
      label: `${t("nav.theme")}: ${t(`nav.theme_${theme}`)}`,
      sign: theme === "dark" ? ("moon" as const) : ("sun" as const),
      run: () => look.setTheme(theme as MantineColorScheme),
    })),
    ...Object.entries(LANGUAGES)
      .filter(([tag]) => tag !== look.language)
      .map(([tag, name]) => ({
        id: tag,
        label: `${t("nav.language")}: ${name}`,
        sign: "language" as const,
        run: () => look.setLanguage(tag as Language),
      })),
  ];
}
