// How the UI is built: into build/web (or EK_WEB_OUT), where web_pack.ts makes one file of it that
// the server carries.
import { fileURLToPath } from "node:url";
import locales from "@react-aria/optimize-locales-plugin";
import { defineConfig, type Plugin } from "vite";

const here = fileURLToPath(new URL(".", import.meta.url));

// react-aria would insert a style element, which the page's policy forbids; it does not when an
// element of this id is there. The sheet holds the rule itself (style/base.css).
function nameTheSheet(): Plugin {
  return {
    name: "name-the-sheet",
    transformIndexHtml: {
      order: "post",
      handler: (html) =>
        html.replace(
          '<link rel="stylesheet"',
          '<link id="react-aria-pressable-style" rel="stylesheet"',
        ),
    },
  };
}

// react-aria empties its live region by innerHTML, which the page's policy (Trusted Types) stops
// with an exception.
function emptyWithoutHtml(): Plugin {
  return {
    name: "empty-without-html",
    transform: (code, id) =>
      id.includes("LiveAnnouncer") && code.includes(".innerHTML = ''")
        ? { code: code.replaceAll(".innerHTML = ''", ".replaceChildren()"), map: null }
        : null,
  };
}

export default defineConfig({
  root: here,
  publicDir: false,
  plugins: [
    { ...locales.vite({ locales: ["en-US", "ko-KR", "ar-AE"] }), enforce: "pre" },
    nameTheSheet(),
    emptyWithoutHtml(),
  ],
  build: {
    outDir: process.env["EK_WEB_OUT"] ?? `${here}../build/web`,
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    cssCodeSplit: true,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1000,
    // Libraries mark their files for servers of React; there is none here.
    rollupOptions: {
      onwarn: (warning, say) => warning.code === "MODULE_LEVEL_DIRECTIVE" || say(warning),
    },
  },
  worker: { format: "es" },
  server: {
    proxy: { "/api": process.env["EK_SERVER"] ?? "http://127.0.0.1:7420" },
  },
});
