import { Contrib, Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library";

/** The package.json of a package: the fields that are read here. The library reads more, such as `license`. */
export interface PackageManifest {
  name: string;
  version: string;
  publisher?: string;
  description?: string;
}

const components = new Contrib.FromNodePackageJson.Builders.ComponentBuilder(
  new Contrib.FromNodePackageJson.Factories.ExternalReferenceFactory(),
  new Contrib.License.Factories.LicenseFactory(requireExpression),
);

/**
 * A software bill of materials in CycloneDX's JSON format: the extension and the packages that are bundled in it, given as the
 * contents of their package.json files. https://cyclonedx.org/docs/1.6/json/
 */
export function createSbom(extension: PackageManifest, packages: readonly PackageManifest[], timestamp: Date): string {
  const application = component(extension, Enums.ComponentType.Application);
  application.purl = `pkg:vscode-extension/${extension.publisher}/${extension.name}@${extension.version}`;
  const bom = new Models.Bom({
    serialNumber: Contrib.Bom.Utils.randomSerialNumber(),
    metadata: new Models.Metadata({ timestamp, component: application }),
  });
  for (const each of packages) {
    const library = component(each, Enums.ComponentType.Library);
    library.purl = packageUrl(each);
    library.scope = Enums.ComponentScope.Required;
    bom.components.add(library);
    application.dependencies.add(library.bomRef);
  }
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return serializer.serialize(bom, { sortLists: true, space: 2 });
}

/** https://github.com/package-url/purl-spec/blob/main/types-doc/npm-definition.md */
export function packageUrl({ name, version }: PackageManifest): string {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

/** Tells an expression, such as "(MPL-2.0 OR Apache-2.0)", from the name of a license that is not on SPDX's list. */
function requireExpression(license: string): void {
  if (!/ (OR|AND|WITH) /.test(license)) throw new Error(`${license} is not an expression`);
}

function component(manifest: PackageManifest, type: Enums.ComponentType): Models.Component {
  const made = components.makeComponent(manifest, type);
  if (!made) throw new Error(`The package.json of ${manifest.name} cannot be read.`);
  made.bomRef.value = `${manifest.name}@${manifest.version}`;
  return made;
}
