namespace Loragate.MergeEngine.Combining;

/// <summary>The precision in which elements are combined: every operation is rounded once to it.</summary>
internal interface IArithmetic
{
    /// <summary>The result of one addition, multiplication or division of numbers of this precision, rounded.</summary>
    static abstract double Round(double value);
}
