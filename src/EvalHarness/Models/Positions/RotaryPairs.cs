namespace Loragate.EvalHarness.Models.Positions;

/// <summary>Which two numbers of a head are turned together.</summary>
internal enum RotaryPairs
{
    /// <summary>xᵢ and xᵢ₊ₙ, n pairs.</summary>
    Halves,

    /// <summary>x₂ᵢ and x₂ᵢ₊₁.</summary>
    Neighbours,
}
