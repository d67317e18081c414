namespace Loragate.Artifacts.Records.Measuring;

/// <summary>How a model is served.</summary>
public enum ModelForm
{
    /// <summary>The base alone.</summary>
    Base,

    /// <summary>The base with the adapter computed live beside its weights.</summary>
    Attached,

    /// <summary>The merged weights.</summary>
    Merged,
}
