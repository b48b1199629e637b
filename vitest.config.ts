import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "happy-dom",
    include: ["web/test/**/*.test.ts"],
    // Warnings are errors here as in pytest: an unhandled rejection fails the run.
    dangerouslyIgnoreUnhandledErrors: false,
  },
});
