namespace Loragate.Artifacts.Records.Inspecting;

/// <summary>What a server makes of an adapter that it is given unmerged; of several, the last one holds, but a refusal that a setting lifts only where there is nothing else.</summary>
public enum ServingOutcome
{
    /// <summary>It computes what PEFT does, as far as its loader shows.</summary>
    Serves,

    /// <summary>The adapter has something of which nothing is known there.</summary>
    Unknown,

    /// <summary>It loads the adapter and computes something else than PEFT does, without saying so.</summary>
    Differs,

    /// <summary>It refuses to load the adapter.</summary>
    Refuses,
}
