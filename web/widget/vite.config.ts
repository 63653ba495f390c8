// How the chat widget is built, beside the UI in the same folder: --mode frame makes the page that
// the server gives out as /widget/{inbox}, --mode loader the one script that a host's page names.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const web = fileURLToPath(new URL("..", import.meta.url));

const FRAME = {
  input: `${web}widget/frame.html`,
  output: {
    entryFileNames: "assets/widget-[hash].js",
    chunkFileNames: "assets/widget-[name]-[hash].js",
    assetFileNames: "assets/widget-[hash][extname]",
  },
};
// A plain script of a fixed name, which a page may load as it likes; it leaves no name behind.
const LOADER = {
  input: `${web}widget/loader/main.ts`,
  output: { format: "iife" as const, entryFileNames: "widget.js" },
};

export default defineConfig(({ mode }) => ({
  root: web,
  publicDir: false,
  build: {
    outDir: process.env["EK_WEB_OUT"] ?? `${web}../build/web`,
    emptyOutDir: false,
    target: ["es2022", "safari16"],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rollupOptions: mode === "loader" ? LOADER : FRAME,
  },
}));
