namespace Loragate.Artifacts.Records.Inspecting;

/// <summary>What a server makes of an adapter that it is given unmerged.</summary>
public enum ServingOutcome
{
    /// <summary>Nothing is known that it ignores or refuses.</summary>
    Serves,

    /// <summary>It loads the adapter and computes something else than PEFT does, without saying so.</summary>
    Differs,

    /// <summary>It refuses to load the adapter.</summary>
    Refuses,
}
