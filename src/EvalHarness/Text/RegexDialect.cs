namespace Loragate.EvalHarness.Text;

/// <summary>Whose rules a pattern was written for.</summary>
internal enum RegexDialect
{
    /// <summary>Oniguruma with its default (Ruby) syntax over Unicode, as the tokenizers library uses it.</summary>
    Oniguruma,

    /// <summary>Python's <c>re</c> on <c>str</c>.</summary>
    Python,
}
