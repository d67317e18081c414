// Prompt speed of llama.cpp by node-llama-cpp: node peer.mjs FOLDER GGUF THREADS TOKENS SEQUENCES
// FOLDER is where 'npm install node-llama-cpp@3.22.1' was run. Prints the seconds of all sequences as JSON.
import {pathToFileURL} from "node:url";
import {join} from "node:path";

const [folder, modelPath, threads, tokens, sequences] = process.argv.slice(2);
const {getLlama} = await import(pathToFileURL(join(folder, "node_modules/node-llama-cpp/dist/index.js")));
const llama = await getLlama({gpu: false, build: "never", logLevel: "error", maxThreads: Number(threads)});
const model = await llama.loadModel({modelPath, useMmap: true});
const context = await model.createContext({contextSize: 2 * Number(tokens), batchSize: Number(tokens), threads: Number(threads)});
const sequence = context.getSequence();
let [start, cpu] = [0, {}];
for (let i = 0; i <= Number(sequences); i++) {
    const ids = Array.from({length: Number(tokens)}, (_, t) => 3 + ((t * 7919 + i * 104729) % 40000));
    await sequence.clearHistory();
    await sequence.evaluateWithoutGeneratingNewTokens(ids);
    if (i === 0) // the first warms up
        [start, cpu] = [performance.now(), process.cpuUsage()];
}
const {user, system} = process.cpuUsage(cpu);
console.log(JSON.stringify({seconds: (performance.now() - start) / 1000, processorSeconds: (user + system) / 1e6}));
process.exit(0);
