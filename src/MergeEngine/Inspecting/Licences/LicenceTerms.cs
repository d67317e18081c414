namespace Loragate.MergeEngine.Inspecting.Licences;

/// <summary>What a licence asks that matters to a release.</summary>
[Flags]
internal enum LicenceTerms
{
    /// <summary>Attribution at most.</summary>
    None = 0,

    /// <summary>No commercial use.</summary>
    NoCommercial = 1,

    /// <summary>No derivatives; an adapter is made from its base.</summary>
    NoDerivatives = 2,

    /// <summary>Derivatives under the same terms.</summary>
    ShareAlike = 4,

    /// <summary>Conditions of use that bind whoever gets the model (acceptable-use policies, naming, thresholds).</summary>
    Conditions = 8,
}
