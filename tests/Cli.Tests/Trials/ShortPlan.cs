using System.Text;
using Loragate.Testing;

namespace Loragate.Cli.Trials;

/// <summary>A plan over the sample of one trial that is long enough to beat the base and may forget nearly all, and a policy that asks for such a trial.</summary>
internal static class ShortPlan
{
    /// <summary>Writes the plan.</summary>
    /// <param name="temp">Where to.</param>
    /// <param name="trial">The trial's method and settings, without its learning rate, which is 0.008.</param>
    /// <returns>Its path.</returns>
    public static string Write(TempFolder temp, string trial)
    {
        var samples = Executable.Samples;
        return temp.Write("plan.yaml", Encoding.UTF8.GetBytes($$"""
            schema: loragate.trial-plan/1
            name: short
            data: ['{{Path.Combine(samples, "training", "routing.jsonl")}}']
            validation: '{{Path.Combine(samples, "training", "routing-validation.jsonl")}}'
            task: {file: '{{Path.Combine(samples, "tasks", "sample_routing.yaml")}}', metric: acc}
            retained: {file: '{{Path.Combine(samples, "tasks", "sample_facts.yaml")}}', metric: acc, margin: 0.9}
            dataRoot: '{{samples}}'
            steps: 60
            batch: 16
            trials:
              - {{{trial}}, learningRate: 0.008}
            """));
    }

    /// <summary>Writes the policy, and its task beside it.</summary>
    /// <param name="temp">Where to.</param>
    /// <param name="demand">What its rule asks for besides a margin.</param>
    /// <returns>Its path.</returns>
    public static string WritePolicy(TempFolder temp, string demand)
    {
        temp.Copy(Path.Combine(Executable.Samples, "tasks"), "tasks");
        return temp.Write("policy.yaml", Encoding.UTF8.GetBytes($$"""
            schema: loragate.policy/1
            name: tried
            version: "1"
            description: An adapter that a trial chose.
            alpha: 0.05
            tasks:
              routing: {file: tasks/sample_routing.yaml, purpose: tickets}
            rules:
              - {id: tried, check: trial, severity: block, why: nobody releases what was not tried, margin: 0.05, {{demand}}}
            """));
    }
}
