namespace Loragate.Governance.Publication.Oci;

/// <summary>The media types that a published release uses (OCI image specification 1.1; CNCF ModelPack 1.0; Sigstore bundle 0.3).</summary>
internal static class MediaTypes
{
    public const string Manifest = "application/vnd.oci.image.manifest.v1+json";
    public const string Index = "application/vnd.oci.image.index.v1+json";
    public const string Empty = "application/vnd.oci.empty.v1+json";

    public const string Model = "application/vnd.cncf.model.manifest.v1+json";
    public const string ModelConfig = "application/vnd.cncf.model.config.v1+json";
    public const string Weight = "application/vnd.cncf.model.weight.v1.raw";
    public const string WeightConfig = "application/vnd.cncf.model.weight.config.v1.raw";
    public const string Document = "application/vnd.cncf.model.doc.v1.raw";

    public const string SigstoreBundle = "application/vnd.dev.sigstore.bundle.v0.3+json";
    public const string Pdf = "application/pdf";
    public const string CycloneDx = "application/vnd.cyclonedx+json";

    /// <summary>The annotation of a layer that holds its file's path (ModelPack, annotations).</summary>
    public const string FilePath = "org.cncf.model.filepath";

    /// <summary>The annotation of an index entry that holds its tag (OCI image specification, image layout).</summary>
    public const string Tag = "org.opencontainers.image.ref.name";
}
