using System.Collections.Concurrent;
using Loragate.MergeEngine;
using Loragate.Testing;

[assembly: AssemblyFixture(typeof(Loragate.EvalHarness.Evaluating.RealModel))]

namespace Loragate.EvalHarness.Evaluating;

/// <summary>The real model of the reference folder, unpacked and merged once a test run.</summary>
public sealed class RealModel : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly ConcurrentDictionary<string, Lazy<Evaluator>> _evaluators = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<string>> _folders = new(StringComparer.Ordinal);
    private readonly Lazy<string?> _fault;

    public RealModel() => _fault = new Lazy<string?>(Unpack);

    /// <summary>Why the model is not here; null where it is.</summary>
    public string? Fault => _fault.Value;

    /// <summary>The base, or the base with an adapter of the reference folder merged.</summary>
    public Evaluator Of(string name) => _evaluators.GetOrAdd(name, n => new Lazy<Evaluator>(() => Open(n))).Value;

    /// <summary>Its checkpoint.</summary>
    public string FolderOf(string name) => _folders.GetOrAdd(name, n => new Lazy<string>(() =>
        n == "base" ? _temp.PathTo("base") : PeftMerge.Write(_temp.PathTo("base"), SharedFolder.PathTo("adapters", n), _temp.PathTo(n)))).Value;

    public void Dispose()
    {
        foreach (var evaluator in _evaluators.Values.Where(e => e.IsValueCreated))
            evaluator.Value.Dispose();
        _temp.Dispose();
    }

    private string? Unpack()
    {
        if (!SharedFolder.IsPresent)
            return SharedFolder.Absent;
        var script = SharedFolder.PathTo("models", "smollm2-135m-instruct", "unpack");
        var python = new[] { "/usr/bin/python3", "python3" }.FirstOrDefault(p => (File.Exists(p) || Shell.Has(p)) && Shell.Run(p, _temp.Path, "-c", "import numpy").ExitCode == 0);
        if (python is null)
            return "Unpacking the real model needs python3 with numpy (Debian: python3-numpy).";
        var result = Shell.Run(python, _temp.Path, script, _temp.PathTo("base"));
        return result.ExitCode == 0 ? null : throw new InvalidOperationException(result.Error);
    }

    private Evaluator Open(string name)
    {
        var folder = FolderOf(name);
        return Evaluator.Open(new EvaluatorOptions { Model = folder, Weights = WeightsDigest.ComputeTensors(folder, 2), Threads = 2, Version = "test" });
    }
}
