/** The page's signs: strokes on a grid of 24, in the colour of the text. */

const PATHS = {
  api: "M8 4c-3 0-3 2-3 4s0 4-2 4c2 0 2 2 2 4s0 4 3 4M16 4c3 0 3 2 3 4s0 4 2 4c-2 0-2 2-2 4s0 4-3 4",
  audit: "M6 3h12v18h-12zM9 8h6M9 12h6M9 16h3",
  bell: "M6 17h12l-1.5-3v-4a4.5 4.5 0 0 0-9 0v4zM10 20h4",
  bad: "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M12 8v5M12 16v.01",
  check: "M5 12l5 5l9-10",
  close: "M6 6l12 12M18 6l-12 12",
  columns: "M4 5h16v14h-16zM10 5v14M15 5v14",
  copy: "M8 8h12v12h-12zM16 8v-4h-12v12h4",
  container: "M3 8l9-4l9 4v8l-9 4l-9-4zM3 8l9 4l9-4M12 12v8",
  dots: "M12 5v.01M12 12v.01M12 19v.01",
  down: "M12 5v14M6 13l6 6l6-6",
  download: "M12 4v11M7 11l5 5l5-5M4 20h16",
  environment: "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18",
  edit: "M5 19l1-4l10-10l3 3l-10 10zM14 7l3 3",
  good: "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M8 12l3 3l5-6",
  home: "M3 12l9-8l9 8M6 10v10h12v-10M10 20v-6h4v6",
  host: "M4 4h16v6h-16zM4 14h16v6h-16zM8 7v.01M8 17v.01",
  info: "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M12 11v5M12 8v.01",
  language: "M4 6h10M9 4v2c0 5-3 8-5 9M6 10c1 3 4 5 7 5M13 20l4-9l4 9M14.5 17h5",
  minus: "M5 12h14",
  moon: "M12 3a7 7 0 0 0 9 9a9 9 0 1 1-9-9",
  moving: "M12 3a9 9 0 1 0 9 9",
  play: "M7 4v16l13-8z",
  plus: "M12 5v14M5 12h14",
  rest: "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M8 12h8",
  restart: "M20 11a8 8 0 1 0-1 5M20 4v7h-7",
  search: "M10 4a6 6 0 1 0 0 12a6 6 0 1 0 0-12M15 15l5 5",
  settings: "M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4",
  service: "M12 3l8 4.5v9l-8 4.5l-8-4.5v-9zM12 8a4 4 0 1 0 0 8a4 4 0 1 0 0-8",
  stack: "M12 4l9 4l-9 4l-9-4zM3 12l9 4l9-4M3 16l9 4l9-4",
  stop: "M6 6h12v12h-12z",
  sun: "M12 8a4 4 0 1 0 0 8a4 4 0 1 0 0-8M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6l1.4 1.4M5 19l1.4-1.4M17.6 6.4l1.4-1.4",
  trash: "M4 7h16M10 11v6M14 11v6M6 7l1 13h10l1-13M9 7v-3h6v3",
  up: "M12 19v-14M6 11l6-6l6 6",
  user: "M12 4a4 4 0 1 0 0 8a4 4 0 1 0 0-8M4 21c0-4 4-6 8-6s8 2 8 6",
  window: "M14 4h6v6M20 4l-9 9M18 14v6h-14v-14h6",
  warning: "M12 4l9 16h-18zM12 10v4M12 17v.01",
} as const;

export type Sign = keyof typeof PATHS;

export function Icon({
  sign,
  size = 18,
  className,
}: {
  sign: Sign;
  size?: number;
  className?: string;
}) {
  return (
    <svg
      aria-hidden="true"
      className={className}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.9"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={PATHS[sign]} />
    </svg>
  );
}
