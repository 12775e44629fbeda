#!/usr/bin/env bash
# Runs a command with the software GPU of Debian's Chromium (SwiftShader, a Vulkan driver that computes on the CPU):
# .ci/software-gpu.sh npm run test:gpu
set -eu
chromium=/usr/lib/chromium
export VK_ICD_FILENAMES=$chromium/vk_swiftshader_icd.json
export LD_LIBRARY_PATH=$chromium${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
exec "$@"
