import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { include: ['tests/servers/unavailable-server/suite.ts'] } });
